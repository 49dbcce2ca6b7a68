using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>
/// Writes frames to a pipe in order, on a thread of its own, so that no sender waits: a pipe takes 64 KiB, and a busy child
/// reads none. The thread lives only while there are frames to write.
/// </summary>
internal sealed class FrameQueue
{
    private readonly object _gate = new();
    private readonly Queue<Frame> _frames = new();
    private readonly Stream _stream;
    private bool _writing;
    private bool _closing;
    private bool _closed;

    public FrameQueue(Stream stream) => _stream = stream;

    /// <summary>Adds a frame; after <see cref="Close"/>, or once the reader has gone, it is dropped.</summary>
    /// <exception cref="FaultException">ValueTooLarge: the frame is larger than a frame may be.</exception>
    public void Add(Frame frame)
    {
        frame.Check();
        lock (_gate)
        {
            if (!_closing)
            {
                _frames.Enqueue(frame);
                Start();
            }
        }
    }

    /// <summary>Closes the stream after the last added frame, so that the reader sees its end.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closing = true;
            Start();
        }
    }

    private void Start()
    {
        if (!_writing && !_closed)
        {
            BackgroundThread.Start(Run, "ZProc writer");
            _writing = true;
        }
    }

    private void Run()
    {
        while (Next() is { } frame)
        {
            try
            {
                frame.Write(_stream);
            }
            catch (IOException expected)
            {
                // Expected: the reader has ended. Its exit is reported elsewhere.
                ZProcEventSource.Log.FaultCaught(nameof(FrameQueue), expected);
                lock (_gate)
                {
                    _closing = true;
                    _frames.Clear();
                }
            }
        }
    }

    private Frame? Next()
    {
        lock (_gate)
        {
            if (_frames.TryDequeue(out var frame))
            {
                return frame;
            }

            _writing = false;
            if (_closing && !_closed)
            {
                _closed = true;
                if (Guard.Try(_stream.Dispose) is { } expected)
                {
                    // Expected: the reader has ended, and the stream held bytes for it.
                    ZProcEventSource.Log.FaultCaught(nameof(FrameQueue), expected);
                }
            }

            return null;
        }
    }
}
