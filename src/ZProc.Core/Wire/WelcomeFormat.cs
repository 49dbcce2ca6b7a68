using MessagePack;
using ZProc.Core.State;

namespace ZProc.Core.Wire;

/// <summary>The encoding of a <see cref="Welcome"/>.</summary>
internal static class WelcomeFormat
{
    public static void Write(ref MessagePackWriter writer, Welcome welcome)
    {
        writer.Write(welcome.Sequence);
        WireFormat.Write(ref writer, welcome.Incarnation);
        writer.Write(welcome.ProcessId);
        writer.Write(welcome.IsKnown);
        writer.Write(welcome.IsDurable);
        Write(ref writer, welcome.Limits);
    }

    public static Welcome ReadWelcome(ref MessagePackReader reader) =>
        new(reader.ReadInt64(), WireFormat.ReadGuid(ref reader), reader.ReadInt32(), reader.ReadBoolean(), reader.ReadBoolean(), ReadLimits(ref reader));

    public static void Write(ref MessagePackWriter writer, StoreOptions limits)
    {
        writer.Write(limits.MaximumUpdates);
        writer.Write(limits.MaximumUpdateBytes);
        writer.Write(limits.MinimumUpdates);
        writer.Write(limits.MaximumValueBytes);
    }

    private static StoreOptions ReadLimits(ref MessagePackReader reader)
    {
        try
        {
            return new StoreOptions
            {
                MaximumUpdates = reader.ReadInt32(),
                MaximumUpdateBytes = reader.ReadInt64(),
                MinimumUpdates = reader.ReadInt32(),
                MaximumValueBytes = reader.ReadInt32(),
            };
        }
        catch (FaultException fault) when (fault.Fault == Fault.InvalidArgument)
        {
            throw Message.Malformed("a limit is out of range");
        }
    }
}
