using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ZProc.Processes;

namespace ZProc.Workers;

/// <summary>
/// The script that defines the types of one file in a runspace. The runspaces of one start share the script, and thereby the types.
/// </summary>
internal sealed class TypeScript
{
    private static readonly ConditionalWeakTable<ProcessStart, TypeScript[]> Scripts = [];

    private readonly object _gate = new();
    private readonly string? _file;
    private readonly string _text;
    private ScriptBlock? _block;

    private TypeScript(string? file, IEnumerable<ScriptFragment> fragments)
    {
        _file = file;
        _text = $"{ScriptFragment.Join(fragments)}\nenum {ScriptTypes.Marker} {{ None }}";
    }

    /// <summary>The scripts for all types that the scripts of a start need, in the order in which they have to run.</summary>
    public static IReadOnlyList<TypeScript> For(ProcessStart start) => Scripts.GetValue(start, static start => [.. Of(start.Sources)]);

    /// <summary>The scripts for the types that sources need.</summary>
    public static IEnumerable<TypeScript> Of(IEnumerable<ScriptSource> sources) => sources
        .SelectMany(static source => source.Types)
        .GroupBy(static types => types.File)
        .Select(static file => new TypeScript(file.Key, file.SelectMany(static types => types.Fragments).Distinct()));

    /// <summary>Defines the types in the runspace of the calling thread.</summary>
    /// <returns>Null, or why a definition cannot be used here: for instance, its base class is one that only the session has.</returns>
    public string? Define(Runspace runspace)
    {
        lock (_gate)
        {
            try
            {
                // Parsing looks for base classes, so the scripts before this one have to run first.
                _block ??= new ScriptSource(_text, _file).ToScriptBlock();
                runspace.SessionStateProxy.InvokeCommand.InvokeScript(useLocalScope: false, _block, null, null);
                return null;
            }
            catch (RuntimeException wrong) when (wrong is ParseException or { InnerException: ParseException })
            {
                return $"The enums and classes of {_file ?? "the caller"} that the script names are not known here: {wrong.Message}";
            }
        }
    }
}
