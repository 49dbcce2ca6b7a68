using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ZProc.Contexts;

/// <summary>
/// Ends the contexts of the calling runspace when the module is removed there. PowerShell removes this assembly from the runspace also
/// when another module that imported ZProc is removed, and leaves the module to its other users. So the end is that of the manifest.
/// </summary>
public sealed class ModuleLifetime : IModuleAssemblyCleanup
{
    private static readonly Guid Module = new("5d0f5f0c-6a54-4c0e-9a0b-7e3f6f2b9c41");
    private static readonly string EndText = $"[{typeof(ModuleLifetime).FullName}]::OnManifestRemove()";

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (Runspace.DefaultRunspace is not { } runspace)
        {
            return;
        }

        var manifests = FindManifests(psModuleInfo);
        if (manifests.Count == 0 || manifests.Any(static manifest => manifest.OnRemove is { } own && own.ToString() != EndText)
            || runspace.SessionStateProxy.LanguageMode != PSLanguageMode.FullLanguage)
        {
            SessionEnd.End(runspace);
            return;
        }

        // Nested modules are removed first. The manifest is removed next, or not at all.
        RunspaceContext.Of(runspace).IsModuleLeaving = true;
        foreach (var manifest in manifests)
        {
            manifest.OnRemove = ScriptBlock.Create(EndText);
        }
    }

    /// <summary>The module's manifest is removed, or imported again with <c>-Force</c>, which leaves this assembly and the contexts. For the manifest's own script.</summary>
    public static void OnManifestRemove()
    {
        if (Runspace.DefaultRunspace is { } runspace && RunspaceContext.Of(runspace).IsModuleLeaving)
        {
            SessionEnd.End(runspace);
        }
    }

    /// <summary>The manifests of this module, as the session's own modules, that hold the assembly.</summary>
    private static List<PSModuleInfo> FindManifests(PSModuleInfo assembly)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return [.. shell.AddCommand(@"Microsoft.PowerShell.Core\Get-Module").Invoke<PSModuleInfo>().Where(module => module.Guid == Module && Holds(module, assembly))];
    }

    private static bool Holds(PSModuleInfo module, PSModuleInfo assembly) =>
        module.NestedModules.Any(nested => nested.Path == assembly.Path || Holds(nested, assembly));
}
