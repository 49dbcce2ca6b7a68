namespace ZProc.StatePeer;

/// <summary>A key to read, or the whole namespace.</summary>
internal sealed record ReadStep(int Space, string? Key, bool Fresh) : Step(Space)
{
    public override string ToString() => $"read {(Key is null ? "all" : $"'{Key}'")} of {Space}{(Fresh ? ", fresh" : "")}";
}
