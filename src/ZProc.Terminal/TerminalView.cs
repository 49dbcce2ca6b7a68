using System.Runtime.InteropServices;
using System.Text;

namespace ZProc.Terminal;

/// <summary>
/// Shows a <see cref="Screen"/> in the terminal of this OS process, on the thread that calls <see cref="Run"/>. Dispose, and the
/// end of the OS process, give the terminal back as it was.
/// </summary>
/// <remarks>
/// .NET cannot end a thread that waits for a key, and such a thread would take the next key from the shell. So the view looks for keys
/// twenty times a second, and for nothing else: data wake it.
/// </remarks>
public sealed class TerminalView : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int KeyMilliseconds = 50;
    private const int FrameMilliseconds = 100;
    private static int isOpen; // a terminal shows one view at a time

    private readonly object _gate = new(); // guards what is written: the end of the process comes on another thread
    private readonly Screen _screen;
    private readonly WaitHandle _changed;
    private readonly StreamWriter _output;
    private readonly FrameWriter _frames;
    private readonly PosixSignalRegistration[] _signals = [];
    private volatile bool _isContinued; // after the terminal was another program's
    private bool _isStale;
    private bool _isClosed;
    private (int Width, int Height) _size;
    private long _drawn;

    private TerminalView(Screen screen, WaitHandle changed)
    {
        _screen = screen;
        _changed = changed;
        _output = new StreamWriter(Console.OpenStandardOutput(), EncodingOf(Console.OutputEncoding), BufferSize) { AutoFlush = false };
        _frames = new FrameWriter(_output);
        AppDomain.CurrentDomain.ProcessExit += Close;
        if (!OperatingSystem.IsWindows())
        {
            _signals =
            [
                PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => _isContinued = true),
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Close(null, EventArgs.Empty)), // ends the process without its exit
            ];
        }

        _frames.Open();
    }

    /// <summary>Takes the terminal for a view.</summary>
    /// <param name="screen">What to show.</param>
    /// <param name="changed">Is set when the screen has changed.</param>
    /// <returns>The view; null while another view has the terminal.</returns>
    public static TerminalView? TryOpen(Screen screen, WaitHandle changed)
    {
        if (Interlocked.Exchange(ref isOpen, 1) != 0)
        {
            return null;
        }

        try
        {
            return new TerminalView(screen, changed);
        }
        catch
        {
            Volatile.Write(ref isOpen, 0);
            throw;
        }
    }

    /// <summary>Shows the screen until the user or the caller ends the view.</summary>
    /// <param name="wait">Carries out a wait, which ends when its token is cancelled.</param>
    /// <param name="isOver">Whether the view shall end.</param>
    public void Run(Action<Action<CancellationToken>> wait, Func<bool> isOver)
    {
        var isDirty = false;
        while (!isOver())
        {
            if (!HandleKeys(out var hadKeys))
            {
                return;
            }

            isDirty |= _screen.TakeChanged(Environment.TickCount64) | HasNewSize();
            var due = Math.Max(0, _drawn + FrameMilliseconds - Environment.TickCount64);
            if (isDirty && (due == 0 || hadKeys))
            {
                Draw();
                isDirty = false;
            }

            var pause = isDirty ? Math.Min((int)due, KeyMilliseconds) : KeyMilliseconds;
            wait(token => Wait(isDirty, pause, token));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close(null, EventArgs.Empty);
        AppDomain.CurrentDomain.ProcessExit -= Close;
        Array.ForEach(_signals, signal => signal.Dispose());
    }

    // A change that waits for its frame needs no further signal.
    private void Wait(bool isDirty, int milliseconds, CancellationToken token)
    {
        if (isDirty)
        {
            token.WaitHandle.WaitOne(milliseconds);
        }
        else
        {
            WaitHandle.WaitAny([_changed, token.WaitHandle], milliseconds);
        }

        token.ThrowIfCancellationRequested();
    }

    private bool HandleKeys(out bool hadKeys)
    {
        hadKeys = false;
        while (Console.KeyAvailable)
        {
            hadKeys = true;
            var key = Console.ReadKey(intercept: true);
            if (key is { Key: ConsoleKey.L, Modifiers: ConsoleModifiers.Control })
            {
                _isStale = true;
            }
            else if (!Handle(key))
            {
                return false;
            }
        }

        return true;
    }

    // Terminals send the same for Alt with a key as for Esc and a key soon after, and the view has no keys with Alt.
    private bool Handle(ConsoleKeyInfo key)
    {
        if (!key.Modifiers.HasFlag(ConsoleModifiers.Alt))
        {
            return _screen.Handle(key);
        }

        return _screen.Handle(new ConsoleKeyInfo('\e', ConsoleKey.Escape, shift: false, alt: false, control: false))
            && _screen.Handle(new ConsoleKeyInfo(
                key.KeyChar, key.Key, key.Modifiers.HasFlag(ConsoleModifiers.Shift), alt: false, key.Modifiers.HasFlag(ConsoleModifiers.Control)));
    }

    private bool HasNewSize()
    {
        var size = (Console.WindowWidth, Console.WindowHeight);
        if (_isContinued)
        {
            _isContinued = false;
            _isStale = true;
            Write(_frames.Open);
        }

        if (size == _size && !_isStale)
        {
            return false;
        }

        (_size, _isStale) = (size, false);
        Write(_frames.Clear);
        return true;
    }

    private void Draw()
    {
        _drawn = Environment.TickCount64;
        var lines = _screen.Draw(_size.Width, _size.Height, _drawn);
        Write(() => _frames.Write(lines));
    }

    /// <summary>Gives the terminal back. A second call does nothing.</summary>
    private void Close(object? sender, EventArgs e)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _frames.Close();
                _output.Dispose();
                Volatile.Write(ref isOpen, 0);
            }
        }
    }

    private void Write(Action write)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                write();
            }
        }
    }

    // A byte order mark would be shown.
    private static Encoding EncodingOf(Encoding encoding) => encoding is UTF8Encoding ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) : encoding;
}
