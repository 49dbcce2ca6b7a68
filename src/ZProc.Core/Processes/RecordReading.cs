using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>Reads values that should be records. ZProc's namespaces are open to other versions of ZProc, and an engine to other programs.</summary>
internal static class RecordReading
{
    /// <summary>A record; null where the value is none. Such a value is of no use, and must not stop the work on the others.</summary>
    /// <param name="decode">Reads the record.</param>
    public static T? OrNull<T>(Func<T> decode)
        where T : class
    {
        try
        {
            return decode();
        }
        catch (FaultException fault) when (fault.Fault == Fault.MalformedMessage)
        {
            ZProcEventSource.Log.FaultCaught(typeof(T).Name, fault);
            return null;
        }
    }
}
