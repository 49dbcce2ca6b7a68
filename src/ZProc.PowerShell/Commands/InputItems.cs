using System.Collections;
using System.Management.Automation;

namespace ZProc.Commands;

/// <summary>The items that <c>-InputObject</c> stands for.</summary>
internal static class InputItems
{
    /// <summary>The object itself when it comes from the pipeline; the elements of a collection when it is an argument.</summary>
    /// <param name="command">The invocation of the command with the parameter.</param>
    /// <param name="inputObject">The value of the parameter.</param>
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
