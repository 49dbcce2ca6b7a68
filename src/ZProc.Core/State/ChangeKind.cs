namespace ZProc.Core.State;

/// <summary>What a write asks the server to do with a key.</summary>
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

    /// <summary>Remove one key of the server's choice; the results are its name and value.</summary>
    PopAny = 7,

    /// <summary>Remove every key, the namespace itself and its history. It must be the only change. Watches go on, and see the keys go.</summary>
    RemoveNamespace = 8,
}
