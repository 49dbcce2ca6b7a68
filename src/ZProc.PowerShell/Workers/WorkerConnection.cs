using System.Collections;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Values;
using ZProc.Core.Wire;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>The connection of a worker's OS process to the state. It is made on a thread of its own, while the runspace opens.</summary>
internal sealed class WorkerConnection
{
    // Long, for a busy machine: the process ends with its session in any case.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<Connected> _connected = new();
    private readonly CancellationToken _stop;

    /// <param name="stop">Gives the connection up.</param>
    public WorkerConnection(CancellationToken stop)
    {
        _stop = stop;
        stop.Register(() => _connected.TrySetCanceled());
    }

    /// <summary>Begins to connect.</summary>
    /// <param name="message">A <see cref="WorkerMessages.Connect"/>.</param>
    public void Begin(ReadOnlyMemory<byte> message) =>
        new Thread(() => Connect(message)) { IsBackground = true, Name = "ZProc connect" }.Start();

    /// <summary>Waits for the connection, and makes its context.</summary>
    /// <param name="folder">The folder in which the script will probably start; null when the order says it soon.</param>
    /// <exception cref="FaultException">CannotConnect.</exception>
    /// <exception cref="OperationCanceledException">The worker was stopped.</exception>
    public ZProcContext Join(out string? folder)
    {
        var (client, fields) = _connected.Task.GetAwaiter().GetResult();
        folder = fields.Get<string>("directory");
        return ContextFactory.Join(
            client,
            AddressOf(fields),
            fields.Get<string>("name"),
            fields.Get<string>("namespace")!,
            new ProcessDefaults(OutputCodec.DecodeObject(fields.Get<byte[]>("defaults")!) as Hashtable));
    }

    private static ContextAddress AddressOf(Fields fields) => ContextAddress.Parse(fields.Get<string>("connection")!);

    private void Connect(ReadOnlyMemory<byte> message)
    {
        try
        {
            EventLog.Update();
            var fields = Fields.Of(message);
            var client = ClientFactory.Connect(AddressOf(fields), Deadline.After(Bound), id: null, _stop);
            if (!_connected.TrySetResult(new Connected(client, fields)))
            {
                client.Dispose(); // the worker was stopped meanwhile
            }
        }
#pragma warning disable CA1031 // Join throws any failure again
        catch (Exception e)
#pragma warning restore CA1031
        {
            _connected.TrySetException(e);
        }
    }

    private sealed record Connected(IClient Client, Fields Fields);
}
