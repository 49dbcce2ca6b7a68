using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ZProc.PowerShell;

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
