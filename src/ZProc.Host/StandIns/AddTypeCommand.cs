using System.Reflection;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Add-Type, for assemblies that exist: this host has no compiler.</summary>
[Cmdlet(VerbsCommon.Add, "Type", DefaultParameterSetName = "FromSource")]
public sealed class AddTypeCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "FromSource")]
    public string? TypeDefinition { get => null; set => Refuse(); }

    [Parameter(Mandatory = true, ParameterSetName = "FromMember")]
    public string[]? MemberDefinition { get => null; set => Refuse(); }

    [Parameter(Mandatory = true, ParameterSetName = "FromAssemblyName")]
    [Alias("AN")]
    public string[]? AssemblyName { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "FromPath")]
    [Alias("LiteralPath", "PSPath", "LP")]
    public string[]? Path { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void EndProcessing()
    {
        foreach (string name in AssemblyName ?? [])
            Load(() => Assembly.Load(new AssemblyName(name)), name);
        foreach (string path in Path ?? [])
            Load(() => Assembly.LoadFrom(SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)), path);
    }

    private void Load(Func<Assembly> load, string name) => Try(() =>
    {
        Assembly assembly = load();
        if (PassThru)
            WriteObject(assembly.GetExportedTypes(), enumerateCollection: true);
    }, name);
}
