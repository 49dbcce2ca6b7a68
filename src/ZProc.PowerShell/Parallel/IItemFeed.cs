using System.Collections;
using System.Management.Automation;

namespace ZProc.Parallel;

/// <summary>
/// The items of a runspace, one after the other, as the input of its pipeline: asking for the next item ends the one before. For the
/// thread that runs the items.
/// </summary>
internal interface IItemFeed : IEnumerable, IEnumerator
{
    /// <summary>Whether no further item begins.</summary>
    bool IsExhausted { get; }

    /// <summary>How many items have begun.</summary>
    long Begun { get; }

    /// <summary>Takes what the item in hand output.</summary>
    void Write(object? value);

    /// <summary>Ends the item in hand with an error.</summary>
    void Fail(ErrorRecord error);
}
