using ZProc.Output;

namespace ZProc.Parallel;

/// <summary>
/// Something that an item wrote, with its stream. A plain output object of this OS process waits as itself instead: there may be
/// millions of them.
/// </summary>
/// <param name="Position">The item's position in its batch; -1 for what belongs to no item.</param>
/// <param name="Item">What was written.</param>
internal sealed record ItemRecord(int Position, OutputItem Item);
