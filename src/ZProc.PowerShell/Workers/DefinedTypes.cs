namespace ZProc.Workers;

/// <summary>Enums and classes of one script file, for a runspace that does not have them.</summary>
/// <param name="File">The file; null for a script that was typed.</param>
/// <param name="Fragments">The definitions, and the <c>using</c> lines of the file.</param>
internal sealed record DefinedTypes(string? File, IReadOnlyList<ScriptFragment> Fragments)
{
    /// <summary>Whether the types come with <c>using module</c> lines, which are the fragments.</summary>
    public bool IsOfModules { get; init; }
}
