using System.Diagnostics.CodeAnalysis;
using ZProc.Core.Processes;
using ZProc.Parallel;

namespace ZProc.Workers;

/// <summary>What a worker's parent sends. A thread of its own reads the frames until the parent is gone.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It lives as long as its OS process.")]
internal sealed class WorkerInbox
{
    private readonly ChildPipes _pipes;
    private readonly WorkerConnection _connection;
    private readonly RemoteFeed _items;
    private readonly WorkerEnd _end;
    private readonly CancellationTokenSource _endWatching = new();
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _order = new();

    /// <param name="pipes">The way from the parent.</param>
    /// <param name="connection">The connection to begin.</param>
    /// <param name="items">The receiver of items.</param>
    /// <param name="end">Ends the worker.</param>
    public WorkerInbox(ChildPipes pipes, WorkerConnection connection, RemoteFeed items, WorkerEnd end)
    {
        _pipes = pipes;
        _connection = connection;
        _items = items;
        _end = end;
        end.Stopping.Register(() => _order.TrySetCanceled());
        end.Stopping.Register(items.End);
    }

    /// <summary>The order: a <see cref="WorkerMessages.Start"/>. Is cancelled when the worker is stopped before it comes.</summary>
    public Task<ReadOnlyMemory<byte>> Order => _order.Task;

    /// <summary>Is cancelled when the watcher's action shall not be called any more.</summary>
    public CancellationToken EndWatching => _endWatching.Token;

    /// <summary>Begins to read.</summary>
    public void Start() => new Thread(Listen) { IsBackground = true, Name = "ZProc parent" }.Start();

    private void Listen()
    {
        while (_pipes.Read() is { } frame)
        {
            switch ((WorkerFrame)frame.Kind)
            {
                case WorkerFrame.Connect:
                    _connection.Begin(frame.Payload);
                    break;
                case WorkerFrame.Start:
                    _order.TrySetResult(frame.Payload);
                    break;
                case WorkerFrame.Stop:
                    _end.StopScript(WorkerMessages.ReadStop(frame.Payload));
                    break;
                case WorkerFrame.EndWatching:
                    _endWatching.Cancel();
                    _items.End();
                    break;
                case WorkerFrame.Items:
                    _items.Add(frame.Payload);
                    break;
                default:
                    break; // a newer session may send kinds that this worker does not know
            }
        }

        _end.EndOrphan();
    }
}
