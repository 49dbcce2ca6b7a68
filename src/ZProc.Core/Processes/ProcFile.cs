using System.Buffers;

namespace ZProc.Core.Processes;

/// <summary>Files of <c>/proc</c>, which do not tell their length.</summary>
internal static class ProcFile
{
    /// <summary>Reads a whole file; null when the process has ended or belongs to another user.</summary>
    public static byte[]? Read(string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(8192);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var length = 0;
            while (file.Read(buffer, length, buffer.Length - length) is var read and > 0)
            {
                length += read;
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return buffer.AsSpan(0, length).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected: the process has ended, or belongs to another user.
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
