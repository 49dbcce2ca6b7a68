using System.Management.Automation.Runspaces;
using System.Management.Automation;

namespace ZProc.Contexts;

/// <summary>Removing the module ends what the session started.</summary>
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
