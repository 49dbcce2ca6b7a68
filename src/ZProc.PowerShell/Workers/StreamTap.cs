using System.Management.Automation;

namespace ZProc.Workers;

/// <summary>
/// Makes PowerShell streams that pass each object on when it is written, on the thread that writes, and keep none: the order of a
/// script's streams among each other is then that in which the script wrote.
/// </summary>
internal static class StreamTap
{
    /// <summary>Makes a stream.</summary>
    /// <param name="write">Receives each object.</param>
    public static PSDataCollection<T> Of<T>(Action<T> write)
    {
        var stream = new PSDataCollection<T>();
        stream.DataAdded += (_, _) =>
        {
            foreach (var item in stream.ReadAll())
            {
                write(item);
            }
        };
        return stream;
    }
}
