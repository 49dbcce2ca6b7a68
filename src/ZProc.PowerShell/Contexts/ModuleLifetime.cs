using System.Management.Automation.Runspaces;
using System.Management.Automation;

namespace ZProc.Contexts;

/// <summary>Ends the contexts of the calling runspace when the module is removed there.</summary>
public sealed class ModuleLifetime : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (Runspace.DefaultRunspace is { } runspace)
        {
            SessionEnd.End(runspace);
        }
    }
}
