namespace ZProc.Core.Client;

/// <summary>A write that was sent and is not waited for.</summary>
/// <param name="Number">Its place among the writes of its context, from 1.</param>
/// <param name="Source">The id of the session or process that wrote it.</param>
/// <param name="Namespace">The namespace that it changes.</param>
internal sealed record UnconfirmedWrite(long Number, Guid Source, string Namespace)
{
    /// <summary>Whether a selection of writes has it.</summary>
    /// <param name="source">The id of the writer; null for all.</param>
    /// <param name="ns">The namespace; null for all.</param>
    public bool Matches(Guid? source, string? ns) => (source is null || Source == source) && (ns is null || Namespace == ns);
}
