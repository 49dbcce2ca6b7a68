using ZProc.Output;

namespace ZProc.Parallel;

/// <summary>
/// What an item wrote, where that is more than a plain output object of this OS process: those wait as they are, since
/// there may be millions of them.
/// </summary>
/// <param name="Position">The item's place in its batch's input; -1 for what belongs to no item.</param>
/// <param name="Item">What was written.</param>
internal sealed record ItemRecord(int Position, OutputItem Item);
