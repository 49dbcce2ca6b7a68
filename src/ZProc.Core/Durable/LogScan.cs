using System.Buffers.Binary;

namespace ZProc.Core.Durable;

/// <summary>
/// Reads the checksums of SQLite's write-ahead log. SQLite opens a log up to the first frame that does not fit, and does not say what
/// it left out.
/// </summary>
/// <remarks>
/// The log begins with a header of 32 bytes. A frame is a header of 24 bytes and a page. Frames of an earlier use of the file follow the
/// last one; they have another salt. A frame with another salt in front of one with the salt of this use is a damaged one.
/// </remarks>
internal static class LogScan
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const int SaltAt = 8; // in a frame
    private const int SaltBytes = 8;
    private const int UsualPageBytes = 4096;
    private const uint Magic = 0x377f0682; // its last bit tells the byte order of the checksums

    /// <summary>What SQLite will leave out; null when it reads the whole log.</summary>
    /// <param name="path">The log, which no process has open.</param>
    public static CutOff? Run(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
        var header = new byte[HeaderBytes];
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
        {
            return file.Length == 0 ? null : new CutOff(file.Length, 0);
        }

        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var pageBytes = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8));
        var sum = new LogChecksum(isBigEndian: (magic & 1) != 0);
        sum.Add(header.AsSpan(0, 24));
        return (magic & ~1u) != Magic || pageBytes is < 512 or > 65536 || !sum.Equals(header.AsSpan(24))
            ? ScanWithoutHeader(file)
            : Scan(file, header.AsSpan(16, SaltBytes), pageBytes, sum);
    }

    private static CutOff? Scan(FileStream file, ReadOnlySpan<byte> salt, int pageBytes, LogChecksum sum)
    {
        var frame = new byte[FrameHeaderBytes + pageBytes];
        var isWhole = true;
        var end = (long)HeaderBytes; // of the last transaction that SQLite reads
        var reached = end; // of the last frame of this use of the file
        var transactions = 0;
        while (file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) is var read and > 0)
        {
            var isTorn = read < frame.Length; // at the end of the file
            if (read < SaltAt + SaltBytes ? !isWhole : !frame.AsSpan(SaltAt, SaltBytes).SequenceEqual(salt))
            {
                isWhole = false; // a frame of an earlier use, or a damaged one when frames of this use follow
                continue;
            }

            reached = file.Position;
            sum.Add(frame.AsSpan(0, 8));
            sum.Add(frame.AsSpan(FrameHeaderBytes, pageBytes));
            isWhole &= !isTorn && sum.Equals(frame.AsSpan(16, 8));
            if (isTorn || !EndsTransaction(frame))
            {
                continue;
            }

            if (isWhole)
            {
                end = reached;
            }
            else
            {
                transactions++;
            }
        }

        return reached == end ? null : new CutOff(reached - end, transactions);
    }

    /// <summary>
    /// Counts the transactions behind a header that is damaged. The salt is that of the second frame, because what damaged the header may
    /// have damaged the first one, too. SQLite reads none of the frames.
    /// </summary>
    private static CutOff ScanWithoutHeader(FileStream file)
    {
        var frame = new byte[FrameHeaderBytes + UsualPageBytes];
        var frames = (file.Length - HeaderBytes) / frame.Length;
        if (frames == 0)
        {
            return new CutOff(file.Length, 0);
        }

        var salt = new byte[SaltBytes];
        file.Position = HeaderBytes + (frames > 1 ? frame.Length : 0) + SaltAt;
        file.ReadExactly(salt);
        file.Position = HeaderBytes;
        var transactions = 0;
        for (; frames > 0; frames--)
        {
            file.ReadExactly(frame);
            if (EndsTransaction(frame) && frame.AsSpan(SaltAt, SaltBytes).SequenceEqual(salt))
            {
                transactions++;
            }
        }

        return new CutOff(file.Length, Math.Max(transactions, 1));
    }

    /// <summary>Whether a frame is the last one of its transaction: only that tells the size of the database.</summary>
    private static bool EndsTransaction(byte[] frame) => BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0;
}
