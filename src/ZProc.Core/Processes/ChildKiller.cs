using System.ComponentModel;
using System.Diagnostics;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>Kills a child itself. <see cref="ProcessTreeKiller"/> kills the processes that the child started.</summary>
internal sealed class ChildKiller
{
    private readonly Process _process;
    private readonly FrameQueue _input;
    private volatile bool _used;

    /// <summary>Creates it.</summary>
    /// <param name="process">The child.</param>
    /// <param name="input">The child's input, whose end also tells the child to end.</param>
    public ChildKiller(Process process, FrameQueue input)
    {
        _process = process;
        _input = input;
    }

    /// <summary>Whether this process has killed the child, or tried to.</summary>
    public bool Used => _used;

    /// <summary>Kills the child. A second call does no harm.</summary>
    public void Kill()
    {
        _used = true;
        try
        {
            ZProcEventSource.Log.OsProcessKilled(_process.Id);
            _process.Kill();
        }
        catch (InvalidOperationException expected)
        {
            // Expected: the child has ended already.
            ZProcEventSource.Log.FaultCaught(nameof(ChildKiller), expected);
        }
        catch (Win32Exception expected)
        {
            // Expected: the child belongs to another user, as under sudo. It ends at the end of its input.
            ZProcEventSource.Log.FaultCaught(nameof(ChildKiller), expected);
            _input.Close();
        }
    }
}
