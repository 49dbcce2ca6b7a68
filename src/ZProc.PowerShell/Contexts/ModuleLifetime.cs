using System.Management.Automation;
using System.Management.Automation.Runspaces;

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
