namespace ZProc.Core.State;

/// <summary>A whole namespace at one revision.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Revision">The revision it shows.</param>
/// <param name="Sequence">The server's sequence when it was taken.</param>
/// <param name="Entries">Every key with its entry, ordinally ordered by key.</param>
public sealed record Snapshot(
    string Namespace, long Revision, long Sequence, IReadOnlyList<KeyValuePair<string, Entry>> Entries);
