namespace ZProc.Core.Durable;

/// <summary>Puts a new file in the place of another one.</summary>
public static class FileReplacement
{
    /// <summary>
    /// Moves a file to a name that another file may have. On Windows another program, such as a scanner, may have one of the two open for a
    /// moment: the move is then tried again, for about a second.
    /// </summary>
    /// <exception cref="IOException">The file cannot be moved.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Move(string from, string to) => FilePatience.Run<object?>(
        () =>
        {
            File.Move(from, to, overwrite: true);
            return null;
        },
        static failed => failed is IOException or UnauthorizedAccessException,
        FilePatience.OfSystem);
}
