using System.Management.Automation.Language;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Import-PowerShellDataFile.</summary>
[Cmdlet(VerbsData.Import, "PowerShellDataFile", DefaultParameterSetName = "Path")]
public sealed class ImportPowerShellDataFileCommand : PathCommand
{
    protected override void ProcessRecord()
    {
        foreach (string file in Paths.SelectMany(path => Resolve(path, out _)))
        {
            Try(() =>
            {
                ScriptBlockAst script = Parser.ParseFile(file, out _, out ParseError[] errors);
                if (errors.Length > 0 || script.Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false) is not HashtableAst table)
                    throw new InvalidOperationException($"The file '{file}' is not a PowerShell data file.");
                WriteObject(table.SafeGetValue());
            }, file);
        }
    }
}
