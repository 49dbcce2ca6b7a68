using System.Management.Automation;

namespace ZProc.Workers;

/// <summary>
/// Hands each object of a PowerShell stream on as it is written, on the thread that writes it, and keeps none: the
/// streams of one script then come out in the order in which they were written.
/// </summary>
internal static class StreamTap
{
    /// <summary>Makes a stream that does so.</summary>
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
