namespace ZProc.Core.Processes;

/// <summary>Runs code whose failure must not end this whole process, on threads that have no caller.</summary>
internal static class Guard
{
    /// <summary>Runs something.</summary>
    /// <returns>The exception; null when there was none.</returns>
    public static Exception? Try(Action work)
    {
        try
        {
            work();
            return null;
        }
#pragma warning disable CA1031 // Any exception, such as one of an observer, is the result.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
    }
}
