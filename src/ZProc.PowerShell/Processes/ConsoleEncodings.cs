using System.Text;
using ZProc.Core.Diagnostics;

namespace ZProc.Processes;

/// <summary>
/// The encodings of the caller's console, by code page. The engine reads what programs write in the one for output. A script in a runspace
/// has those of the session; an OS process has a console of its own, and gets them.
/// </summary>
/// <param name="Input">The code page of what programs read.</param>
/// <param name="Output">The code page of what programs write.</param>
internal sealed record ConsoleEncodings(int Input, int Output)
{
    /// <summary>The encodings of this OS process's console.</summary>
    public static ConsoleEncodings Current => new(Console.InputEncoding.CodePage, Console.OutputEncoding.CodePage);

    /// <summary>The encodings of these code pages; null where a start does not say.</summary>
    public static ConsoleEncodings? Of(int? input, int? output) => input is { } read && output is { } written ? new(read, written) : null;

    /// <summary>Gives the console of a worker's OS process these encodings. One that this system does not have is left out.</summary>
    public void Apply()
    {
        try
        {
            if (Console.OutputEncoding.CodePage != Output)
            {
                Console.OutputEncoding = Find(Output);
                Console.SetError(new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true }); // the session reads UTF-8
            }

            if (Console.InputEncoding.CodePage != Input)
            {
                Console.InputEncoding = Find(Input);
                Console.SetIn(TextReader.Null); // the console opens its input again, and that holds the frames
            }
        }
        catch (Exception expected) when (expected is IOException or ArgumentException or NotSupportedException or UnauthorizedAccessException)
        {
            // Expected: the session runs in another version of .NET, which has another encoding, or this process has no console.
            ZProcEventSource.Log.FaultCaught(nameof(ConsoleEncodings), expected);
        }
    }

    private static Encoding Find(int codePage) =>
        codePage == Encoding.UTF8.CodePage ? new UTF8Encoding(false) : CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.GetEncoding(codePage);
}
