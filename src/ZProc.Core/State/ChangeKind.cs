namespace ZProc.Core.State;

/// <summary>The operations of a commit.</summary>
public enum ChangeKind : byte
{
    /// <summary>Set the key to the operand.</summary>
    Set = 1,

    /// <summary>Remove the key; the result is the removed value. Removing a missing key changes nothing.</summary>
    Remove = 2,

    /// <summary>Add the operand to the number; a missing key counts as 0. The result is the new value.</summary>
    Increment = 3,

    /// <summary>Append the operand to the list; a missing key counts as an empty list. The result is the new value.</summary>
    Append = 4,

    /// <summary>Merge the operand's entries into the dictionary; a missing key counts as empty. The result is the new value.</summary>
    Merge = 5,

    /// <summary>Remove every key.</summary>
    Clear = 6,

    /// <summary>Remove one key that the server chooses; the result is the key and its value.</summary>
    PopAny = 7,

    /// <summary>Remove every key, the namespace itself and its history. This must be the only change of its commit. Watches go on: they see every key removed.</summary>
    RemoveNamespace = 8,
}
