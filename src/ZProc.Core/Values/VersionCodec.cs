namespace ZProc.Core.Values;

/// <summary>Encodes and decodes versions: four 32-bit numbers, of which the last or the last two are -1 where the version has fewer.</summary>
internal static class VersionCodec
{
    public static void Write(ByteBuffer buffer, Version version)
    {
        buffer.WriteKind(ValueKind.Version);
        buffer.Write(version.Major);
        buffer.Write(version.Minor);
        buffer.Write(version.Build);
        buffer.Write(version.Revision);
    }

    /// <summary>Moves past a version.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: it is out of range.</exception>
    public static void Check(ref ByteCursor cursor)
    {
        var (major, minor, build, revision) = (cursor.Read<int>(), cursor.Read<int>(), cursor.Read<int>(), cursor.Read<int>());
        if (major < 0 || minor < 0 || build < -1 || revision < -1 || (build == -1 && revision != -1))
        {
            throw ValueFaults.OutOfRange(ValueKind.Version);
        }
    }

    public static Version Read(ref ByteCursor cursor)
    {
        var (major, minor, build, revision) = (cursor.Read<int>(), cursor.Read<int>(), cursor.Read<int>(), cursor.Read<int>());
        return (major, minor, build, revision) switch
        {
            ( >= 0, >= 0, >= 0, >= 0) => new Version(major, minor, build, revision),
            ( >= 0, >= 0, >= 0, -1) => new Version(major, minor, build),
            ( >= 0, >= 0, -1, -1) => new Version(major, minor),
            _ => throw ValueFaults.OutOfRange(ValueKind.Version),
        };
    }
}
