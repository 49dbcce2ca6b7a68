using ZProc.Core;

namespace ZProc.Output;

/// <summary>
/// A private temporary file for output. The file is removed from its folder as soon as it is open (on Windows: as soon as it
/// is closed), so that no file is left behind however the session ends.
/// </summary>
internal sealed class OutputSpool : IDisposable
{
    private readonly FileStream _file;
    private readonly List<(long Offset, long Length)> _free = []; // ordered by offset; no two of them touch
    private long _end;

    public OutputSpool()
    {
        var path = Path.Combine(Path.GetTempPath(), $"zproc-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _file = Guarded(() => new FileStream(path, options));
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    /// <summary>Writes bytes to free space.</summary>
    /// <returns>The place of the bytes.</returns>
    public (long Offset, int Length) Append(byte[] bytes)
    {
        var offset = Allocate(bytes.Length);
        Guarded(() =>
        {
            RandomAccess.Write(_file.SafeFileHandle, bytes, offset);
            return true;
        });
        return (offset, bytes.Length);
    }

    /// <summary>Frees the space of bytes, and merges the space with its free neighbours.</summary>
    public void Free(long offset, int length)
    {
        var place = _free.FindLastIndex(space => space.Offset < offset) + 1;
        var (start, size) = (offset, (long)length);
        if (place < _free.Count && _free[place].Offset == offset + length)
        {
            size += _free[place].Length;
            _free.RemoveAt(place);
        }

        if (place > 0 && _free[place - 1] is var before && before.Offset + before.Length == offset)
        {
            (start, size) = (before.Offset, size + before.Length);
            _free.RemoveAt(--place);
        }

        if (start + size == _end)
        {
            _end = start;
        }
        else
        {
            _free.Insert(place, (start, size));
        }
    }

    /// <summary>Reads bytes back.</summary>
    public byte[] Read(long offset, int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = RandomAccess.Read(_file.SafeFileHandle, bytes.AsSpan(read), offset + read);
            read += count > 0 ? count : throw new EndOfStreamException("The temporary file with unread output of a process was truncated.");
        }

        return bytes;
    }

    /// <summary>Frees all space, and shortens the file to nothing.</summary>
    public void Clear()
    {
        if (_end > 0)
        {
            _free.Clear();
            _end = 0;
            _file.SetLength(0);
        }
    }

    public void Dispose() => _file.Dispose();

    private static T Guarded<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                Fault.LimitReached,
                $"Output that was not received cannot be kept in a file in '{Path.GetTempPath()}': {e.Message} Receive the output while the process runs, set -OutputLimit, make room, or let the environment variable TMPDIR (TEMP on Windows) name another folder.",
                inner: e);
        }
    }

    private long Allocate(int length)
    {
        var place = _free.FindIndex(space => space.Length >= length);
        if (place < 0)
        {
            _end += length;
            return _end - length;
        }

        var (offset, size) = _free[place];
        if (size == length)
        {
            _free.RemoveAt(place);
        }
        else
        {
            _free[place] = (offset + length, size - length);
        }

        return offset;
    }
}
