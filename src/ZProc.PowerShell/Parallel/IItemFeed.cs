using System.Collections;
using System.Management.Automation;

namespace ZProc.Parallel;

/// <summary>
/// Where a runspace's items come from, one after the other: asking for the next one ends the one before. For the thread
/// that runs them.
/// </summary>
internal interface IItemFeed : IEnumerable, IEnumerator
{
    /// <summary>Whether there are no more.</summary>
    bool IsExhausted { get; }

    /// <summary>How many were begun.</summary>
    long Begun { get; }

    /// <summary>Takes what the item in hand output.</summary>
    void Write(object? value);

    /// <summary>The item in hand has failed.</summary>
    void Fail(ErrorRecord error);
}
