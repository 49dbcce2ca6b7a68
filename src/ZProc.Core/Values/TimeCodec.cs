namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes dates and times, in ticks of 100 ns. A <see cref="DateTime"/> also has its kind in the two highest bits,
/// and behind the ticks the offset of the writer's time zone in minutes, which is 0 unless the kind is local.
/// </summary>
internal static class TimeCodec
{
    private const int KindShift = 62;
    private const int MaxOffsetMinutes = 14 * 60;

    public static void Write(ByteBuffer buffer, DateTime time)
    {
        // With its offset a local time is the same moment in another time zone.
        var offset = time.Kind == DateTimeKind.Local ? TimeZoneInfo.Local.GetUtcOffset(time) : default;
        buffer.WriteFixed(ValueKind.DateTime, (ulong)time.Ticks | ((ulong)time.Kind << KindShift));
        buffer.Write((short)(offset.Ticks / TimeSpan.TicksPerMinute));
    }

    public static void Write(ByteBuffer buffer, DateTimeOffset time)
    {
        buffer.WriteFixed(ValueKind.DateTimeOffset, time.Ticks);
        buffer.Write((short)time.TotalOffsetMinutes);
    }

    public static void Write(ByteBuffer buffer, DateOnly date) => buffer.WriteFixed(ValueKind.DateOnly, date.DayNumber);

    public static void Write(ByteBuffer buffer, TimeOnly time) => buffer.WriteFixed(ValueKind.TimeOnly, time.Ticks);

    public static void Write(ByteBuffer buffer, TimeSpan span) => buffer.WriteFixed(ValueKind.TimeSpan, span.Ticks);

    /// <summary>Moves past a <see cref="DateTime"/>.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: it is out of range.</exception>
    public static void CheckDateTime(ref ByteCursor cursor) => ReadParts(ref cursor);

    public static DateTime ReadDateTime(ref ByteCursor cursor)
    {
        var (ticks, kind, offset) = ReadParts(ref cursor);
        var time = new DateTime(ticks, kind);
        if (kind != DateTimeKind.Local || TimeZoneInfo.Local.GetUtcOffset(time) == offset)
        {
            return time;
        }

        // The writer's time zone is another one, or the hour is the one that comes twice in autumn. The clamp keeps a
        // time at either end of the calendar inside it.
        var utc = Math.Clamp(ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTime(utc, DateTimeKind.Utc).ToLocalTime();
    }

    private static (long Ticks, DateTimeKind Kind, TimeSpan Offset) ReadParts(ref ByteCursor cursor)
    {
        var bits = cursor.Read<ulong>();
        int minutes = cursor.Read<short>();
        var kind = (DateTimeKind)(bits >> KindShift);
        var ticks = (long)(bits & (ulong.MaxValue >> 2));
        return ticks <= DateTime.MaxValue.Ticks && kind <= DateTimeKind.Local && Math.Abs(minutes) <= (kind == DateTimeKind.Local ? MaxOffsetMinutes : 0)
            ? (ticks, kind, TimeSpan.FromMinutes(minutes))
            : throw ValueFaults.OutOfRange(ValueKind.DateTime);
    }

    public static DateTimeOffset ReadDateTimeOffset(ref ByteCursor cursor)
    {
        var ticks = cursor.Read<long>();
        var minutes = cursor.Read<short>();
        var utc = ticks - (minutes * TimeSpan.TicksPerMinute);
        return IsTime(ticks) && IsTime(utc) && Math.Abs((int)minutes) <= MaxOffsetMinutes
            ? new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes))
            : throw ValueFaults.OutOfRange(ValueKind.DateTimeOffset);

        static bool IsTime(long ticks) => (ulong)ticks <= (ulong)DateTime.MaxValue.Ticks;
    }

    public static DateOnly ReadDateOnly(ref ByteCursor cursor)
    {
        var day = cursor.Read<int>();
        return (uint)day <= (uint)DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(day) : throw ValueFaults.OutOfRange(ValueKind.DateOnly);
    }

    public static TimeOnly ReadTimeOnly(ref ByteCursor cursor)
    {
        var ticks = cursor.Read<long>();
        return (ulong)ticks < TimeSpan.TicksPerDay ? new TimeOnly(ticks) : throw ValueFaults.OutOfRange(ValueKind.TimeOnly);
    }

    public static TimeSpan ReadTimeSpan(ref ByteCursor cursor) => new(cursor.Read<long>());
}
