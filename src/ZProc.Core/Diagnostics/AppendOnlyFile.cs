using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ZProc.Core.Diagnostics;

/// <summary>
/// A text file that several OS processes append to at the same time. Each append is one write at the end of the file, so lines of
/// different processes do not mix. Only the user can read the file. Thread-safe.
/// </summary>
internal sealed partial class AppendOnlyFile : IDisposable
{
    private const int WriteOnly = 1;
    private const int LinuxAppend = 0x400;
    private const int LinuxCloseOnExec = 0x80000;
    private const int MacAppend = 0x8;
    private const int MacCloseOnExec = 0x1000000;

    private readonly SafeFileHandle? _unix;
    private readonly FileStream? _windows;

    private AppendOnlyFile(string path, SafeFileHandle? unix, FileStream? windows) => (Path, _unix, _windows) = (path, unix, windows);

    public string Path { get; }

    /// <summary>Opens a file, and makes it where it is missing.</summary>
    /// <exception cref="FaultException">InvalidArgument: the file cannot be opened for writing.</exception>
    public static AppendOnlyFile Open(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // The right to append alone makes Windows put each write at the end.
                return new AppendOnlyFile(path, null, new FileInfo(path).Create(
                    FileMode.Append, System.Security.AccessControl.FileSystemRights.AppendData, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.None, null));
            }

            // .NET makes the file: the variadic form of open(2) differs between systems.
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
            var descriptor = OpenFile(path, WriteOnly | (OperatingSystem.IsMacOS() ? MacAppend | MacCloseOnExec : LinuxAppend | LinuxCloseOnExec));
            return descriptor >= 0
                ? new AppendOnlyFile(path, new SafeFileHandle(descriptor, ownsHandle: true), null)
                : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new FaultException(
                Fault.InvalidArgument, $"The log '{path}' cannot be opened: {exception.Message} Set ZPROC_LOG to a file that can be written, or remove it.", path, exception);
        }
    }

    /// <summary>Appends text. A line that cannot be written is lost: the log must not stop the work that it tells of.</summary>
    public void Append(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            if (_unix is not null)
            {
                _ = WriteFile(_unix, bytes, (nuint)bytes.Length);
            }
            else
            {
                lock (_windows!)
                {
                    _windows.Write(bytes);
                    _windows.Flush();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Expected: a full disk, or a log that is being closed. There is no other place to tell of it.
        }
    }

    public void Dispose()
    {
        _unix?.Dispose();
        _windows?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(SafeFileHandle file, byte[] bytes, nuint count);
}
