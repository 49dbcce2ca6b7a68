using System.Collections;
using System.Management.Automation;

namespace ZProc.Commands;

/// <summary>What <c>-InputObject</c> stands for.</summary>
internal static class InputItems
{
    /// <summary>One object of the pipeline, or, given by name, the elements of a collection.</summary>
    /// <param name="command">The command that has the parameter.</param>
    /// <param name="inputObject">What it was given.</param>
    public static IEnumerable Of(InvocationInfo command, object? inputObject)
    {
        if (command.ExpectingInput || LanguagePrimitives.GetEnumerator(inputObject) is not { } items)
        {
            yield return inputObject;
            yield break;
        }

        try
        {
            while (items.MoveNext())
            {
                yield return items.Current;
            }
        }
        finally
        {
            (items as IDisposable)?.Dispose();
        }
    }
}
