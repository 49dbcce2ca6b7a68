using System.Buffers.Binary;

namespace ZProc.Core.Durable;

/// <summary>
/// Reads the checksums of SQLite's write-ahead log. SQLite opens a log up to the first frame that does not fit, and does not say what
/// it left out.
/// </summary>
/// <remarks>
/// The log begins with a header of 32 bytes. A frame is a header of 24 bytes and a page. Frames of an earlier use of the file follow the
/// last one; they have another salt.
/// </remarks>
internal static class LogScan
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const int SaltBytes = 8;
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
        if ((magic & ~1u) != Magic || pageBytes is < 512 or > 65536 || !sum.Equals(header.AsSpan(24)))
        {
            return new CutOff(file.Length, 0);
        }

        var frame = new byte[FrameHeaderBytes + pageBytes];
        var isWhole = true;
        var end = (long)HeaderBytes; // of the last transaction that SQLite reads
        var reached = end; // of the last frame of this use of the file
        var transactions = 0;
        while (true)
        {
            var read = file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false);
            if (read == 0 || (read >= 8 + SaltBytes && !frame.AsSpan(8, SaltBytes).SequenceEqual(header.AsSpan(16, SaltBytes))))
            {
                break; // the end of the file, or a frame of an earlier use. A file that ends sooner is torn
            }

            reached = file.Position;
            sum.Add(frame.AsSpan(0, 8));
            sum.Add(frame.AsSpan(FrameHeaderBytes, pageBytes));
            isWhole &= read == frame.Length && sum.Equals(frame.AsSpan(16, 8));
            var isCommit = read == frame.Length && BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0;
            if (isWhole && isCommit)
            {
                end = file.Position;
            }
            else if (isCommit)
            {
                transactions++;
            }
        }

        return reached == end ? null : new CutOff(reached - end, transactions);
    }
}
