using System.Management.Automation;
using System.Runtime.CompilerServices;
using ZProc.Workers;

namespace ZProc.Values;

/// <summary>Copies of script blocks. A copy has the text of the block and belongs to no runspace: each runspace runs it as its own.</summary>
internal static class BlockCopies
{
    // A block that comes with many items is parsed once.
    private static readonly ConditionalWeakTable<ScriptBlock, ScriptBlock> Copies = [];

    /// <summary>The copy of a block, the same one each time; a copy's copy is itself.</summary>
    public static ScriptBlock Of(ScriptBlock block) => Copies.GetValue(block, static original => Make(ScriptSource.Of(original)));

    /// <summary>A new copy of a block.</summary>
    /// <param name="source">The source of the block.</param>
    public static ScriptBlock Make(ScriptSource source)
    {
        var copy = source.ToScriptBlock();
        Copies.Add(copy, copy);
        return copy;
    }

    /// <summary>Whether a block is a copy.</summary>
    public static bool IsCopy(ScriptBlock block) => Copies.TryGetValue(block, out var copy) && ReferenceEquals(copy, block);
}
