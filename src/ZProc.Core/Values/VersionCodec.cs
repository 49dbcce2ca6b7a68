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
