using System.Collections.Specialized;
using System.Globalization;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Output;
using ZProc.Processes;

namespace ZProc.Requests;

/// <summary>
/// Sends the output of a process of this session to another session, in packets through an <see cref="OutputChannel"/>.
/// Packets that the receiver did not get are put back. Runs on a thread of its own until the receiver has all that it asked
/// for, or is gone.
/// </summary>
internal sealed class OutputSender : IDisposable
{
    /// <summary>The size in bytes from which a packet counts as full.</summary>
    public const int PacketSize = 32 * 1024;

    // StoreOptions keeps as much history of such a namespace as this number of packets needs.
    private const int PacketsInFlight = 32;

    private readonly ManualResetEventSlim _changed = new();
    private readonly SendWindow<IReadOnlyList<OutputItem>> _inFlight = new(PacketsInFlight, PacketsInFlight * PacketSize);
    private readonly OutputChannel _channel;
    private readonly ZProcContext _context;
    private readonly ZProcess _process;
    private readonly bool _keep;
    private long _position;

    private OutputSender(ZProcContext context, ZProcess process, string ns, bool keep, bool follow)
    {
        _context = context;
        _process = process;
        _keep = keep;
        Follows = follow;
        _channel = new OutputChannel(context, ns, _changed.Set);
    }

    /// <summary>Whether the sender goes on until the process has ended.</summary>
    public bool Follows { get; }

    /// <summary>Whether the receiver still exists.</summary>
    public bool HasReceiver => _channel.HasReceiver;

    /// <summary>Begins to send.</summary>
    /// <param name="context">The context.</param>
    /// <param name="process">The process whose output is sent.</param>
    /// <param name="ns">The receiver's namespace.</param>
    /// <param name="keep">Whether the output stays for other receivers.</param>
    /// <param name="follow">Whether to go on until the process has ended.</param>
    public static void Start(ZProcContext context, ZProcess process, string ns, bool keep, bool follow)
    {
        var sender = new OutputSender(context, process, ns, keep, follow);
        new Thread(() =>
        {
            using (sender)
            {
                sender.Run();
            }
        })
        {
            IsBackground = true,
            Name = $"ZProc output {process.Name}",
        }.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _changed.Dispose();
    }

    private void Run()
    {
        var hasTurn = false;
        try
        {
            // Without a receiver, the receiver was gone before the watch began.
            if (HasReceiver && (_keep || (hasTurn = TakeTurn())))
            {
                _process.GatherOutput();
                _process.Written.Changed += _changed.Set;
                Send();
            }
        }
        catch (OperationCanceledException expected)
        {
            // Expected: the context ends, as the receiver learns by itself.
            ZProcEventSource.Log.FaultCaught(nameof(OutputSender), expected);
        }
#pragma warning disable CA1031 // the receiver is told of any exception
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndWith(e);
        }
        finally
        {
            _process.Written.Changed -= _changed.Set;
            if (hasTurn)
            {
                _process.Written.PutBack([.. _inFlight.Contents.SelectMany(items => items)]);
                _process.SendTurn.End();
            }
        }
    }

    /// <summary>Waits for the turn to send, as long as there is a receiver.</summary>
    /// <returns>False when there is none any more, and when a sender that does not follow the process has told its receiver of the end.</returns>
    private bool TakeTurn()
    {
        _process.SendTurn.Freed += _changed.Set;
        try
        {
            while (true)
            {
                _changed.Reset();
                if (!TakeReceipts())
                {
                    return false;
                }

                var holder = _process.SendTurn.TryTake(this);
                if (holder == this)
                {
                    return true;
                }

                // A holder without a receiver is about to put its output back.
                if (!Follows && holder.HasReceiver)
                {
                    _channel.Send(OutputProtocol.EndKey, new OrderedDictionary());
                    return false;
                }

                _changed.Wait(_context.Client.Closed);
            }
        }
        finally
        {
            _process.SendTurn.Freed -= _changed.Set;
        }
    }

    private void Send()
    {
        while (true)
        {
            _changed.Reset();
            var isOpen = Follows && !_process.Ended.IsCompleted;
            var isGone = _channel.IsReceiverGone; // read before the receipts: all receipts of a receiver that is gone are there
            if (!TakeReceipts() || isGone)
            {
                return;
            }

            if (_channel.Refusal is { } refusal)
            {
                throw refusal;
            }

            while (_inFlight.HasRoom && SendPacket())
            {
                // The condition does the work.
            }

            if (!isOpen && _inFlight.IsEmpty)
            {
                _channel.Send(OutputProtocol.EndKey, new OrderedDictionary());
                return;
            }

            _changed.Wait(_context.Client.Closed);
        }
    }

    /// <summary>Tells the receiver why no more output comes.</summary>
    private void EndWith(Exception reason)
    {
        try
        {
            var fault = (reason as FaultException)?.Fault ?? Fault.ProcessFailed;
            _channel.Send(OutputProtocol.EndKey, new OrderedDictionary { ["fault"] = (int)fault, ["message"] = reason.Message });

            // The receiver may have taken packets before it learned of the end. All receipts are there once it has removed its namespace.
            for (var isGone = false; TakeReceipts() && !isGone; isGone = _channel.IsReceiverGone)
            {
                _changed.Wait(_context.Client.Closed);
                _changed.Reset();
            }
        }
        catch (OperationCanceledException expected)
        {
            // Expected: the context ends, as the receiver learns by itself.
            ZProcEventSource.Log.FaultCaught(nameof(OutputSender), expected);
        }
        catch (FaultException fault) when (ServerFaults.MeansGone(fault) || ServerFaults.MeansBehind(fault))
        {
            // Expected: the server is gone, or the receiver is so far behind that its receipts are. What has no receipt is put back.
            ZProcEventSource.Log.FaultCaught(nameof(OutputSender), fault);
        }
        catch (FaultException fault)
        {
            ServerFaults.Report(fault);
        }
    }

    private bool TakeReceipts() => _channel.TakeReceipts(key =>
    {
        if (long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            _inFlight.Acknowledge(number);
        }
    });

    /// <summary>Sends the output that fits into one packet.</summary>
    /// <returns>Whether there was output to send.</returns>
    private bool SendPacket()
    {
        List<OutputItem> items = []; // not encoded, so that they can be put back as they were
        List<OutputItem> packed = [];
        var size = 0;
        while (size < PacketSize && _process.Written.TryRead(ref _position, _keep, out var item))
        {
            var encoded = PortableOutput.Encode(item);
            items.Add(item);
            packed.Add(encoded);
            size += OutputPacket.SizeOf(encoded);
        }

        if (items.Count == 0)
        {
            return false;
        }

        var number = _inFlight.Add(items, size);
        _channel.Send(number.ToString(CultureInfo.InvariantCulture), OutputPacket.Pack(packed));
        return true;
    }
}
