using System.Text;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes.Windows;

namespace ZProc.Core.Processes;

/// <summary>
/// The child's side of a <see cref="ChildProcess"/>: frames in and out. The end of the frames means that the parent is gone.
/// </summary>
public sealed class ChildPipes
{
    private readonly object _gate = new();
    private readonly Stream _input;
    private readonly Stream _output;

    private ChildPipes(Stream input, Stream output)
    {
        _input = input;
        _output = output;
    }

    /// <summary>
    /// Reserves standard input and output for frames. From here on, programs started by this process read an empty input, and their
    /// output and stray console output go to standard error, which the parent reads as text. This has to be the process's first
    /// act: it also leaves the terminal's session, whose Ctrl+C is meant for the parent.
    /// </summary>
    public static ChildPipes TakeOver()
    {
        // On Unix, .NET duplicates the descriptors, and programs started from here do not inherit the duplicates.
        var pipes = new ChildPipes(Console.OpenStandardInput(), Console.OpenStandardOutput());
        if (OperatingSystem.IsWindows())
        {
            StandardHandles.Reserve();
        }
        else
        {
            _ = Libc.NewSession();
            var none = Libc.OpenNull();
            _ = Libc.Replace(none, 0);
            _ = Libc.Replace(2, 1);
            _ = Libc.Close(none);
        }

        // The console's own writers still hold the old descriptor.
        Console.SetIn(TextReader.Null);
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true });
        return pipes;
    }

    /// <summary>Waits for the parent's next frame; null when the parent is gone. For one thread.</summary>
    public Frame? Read()
    {
        try
        {
            return Frame.Read(_input);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // Expected: the parent died within a frame. That is the end of the frames, too.
            ZProcEventSource.Log.FaultCaught(nameof(ChildPipes), e);
            return null;
        }
    }

    /// <summary>Sends a frame to the parent, whole and in order. Waits while the parent is behind. After the parent's end, the frame is dropped.</summary>
    public void Send(byte kind, ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            try
            {
                new Frame(kind, payload).Write(_output);
            }
            catch (IOException expected)
            {
                // Expected: the parent is gone. Read reports it.
                ZProcEventSource.Log.FaultCaught(nameof(ChildPipes), expected);
            }
        }
    }

    /// <summary>Closes the pipes for good. This process stays when the parent ends; it reads an empty input, and its output is dropped.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _input.Dispose();
            _output.Dispose();
            if (OperatingSystem.IsWindows())
            {
                StandardHandles.DropOutput();
            }
            else
            {
                var none = Libc.OpenNull();
                _ = Libc.Replace(none, 1);
                _ = Libc.Replace(none, 2);
                _ = Libc.Close(none);
            }
        }
    }
}
