using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>
/// Sends what a process of this session wrote to another session, through a namespace of that one: each key is a packet,
/// which the receiver removes once it has it. What it did not get is put back. Runs on a thread of its own until the
/// receiver has all it asked for, or is gone.
/// </summary>
internal sealed class OutputSender : IDisposable
{
    /// <summary>The key of the last word.</summary>
    public const string EndKey = "end";

    /// <summary>The key that is there as long as the receiver is.</summary>
    public const string OpenKey = "open";

    /// <summary>The value of that key.</summary>
    public static readonly EncodedValue Open = PowerShellValues.Encode(true);

    // The history of such a namespace is as long as these need it: see StoreOptions.
    private const int PacketSize = 32 * 1024;
    private const int PacketsOnTheWay = 32;
    private const int BytesOnTheWay = PacketsOnTheWay * PacketSize;

    // A packet that is not full yet has room for one more item, whatever its size.
    private static readonly int LargestItem = ValueLimits.Default.MaxBytes - (2 * PacketSize);

    private readonly ManualResetEventSlim _changed = new();
    private readonly Dictionary<string, (IReadOnlyList<OutputItem> Items, int Size)> _sent = [];
    private readonly ZProcContext _context;
    private readonly ZProcess _process;
    private readonly string _namespace;
    private readonly bool _keep;
    private readonly Watch _watch;
    private long _position;
    private long _number;
    private long _onTheWay;
    private volatile bool _isGone; // the receiver
    private volatile FaultException? _refused; // why something could not be sent

    private OutputSender(ZProcContext context, ZProcess process, string ns, bool keep, bool follow)
    {
        _context = context;
        _process = process;
        _namespace = ns;
        _keep = keep;
        Follows = follow;
        _watch = context.Client.Watch(new WatchOptions { Namespace = ns, ExcludeSource = context.Self.Id });
        _watch.OnAvailable(_changed.Set);
    }

    /// <summary>Whether it goes on until the process has ended.</summary>
    public bool Follows { get; }

    /// <summary>Whether there is still somebody to receive what it sends.</summary>
    public bool HasReceiver => _context.Client.Get(_namespace, OpenKey) is not null;

    /// <summary>Begins to send.</summary>
    /// <param name="context">Where.</param>
    /// <param name="process">Whose output.</param>
    /// <param name="ns">The receiver's namespace.</param>
    /// <param name="keep">Whether it is left for others.</param>
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
        _watch.Dispose();
        _changed.Dispose();
    }

    private void Run()
    {
        var hasTurn = false;
        try
        {
            if (_keep || (hasTurn = _process.SendTurn.Take(this)))
            {
                _process.GatherOutput();
                _process.Written.Changed += _changed.Set;
                Send();
            }
            else
            {
                Commit(EndKey, new OrderedDictionary());
            }
        }
        catch (OperationCanceledException)
        {
            // The context is at its end, which the receiver hears of by itself.
        }
#pragma warning disable CA1031 // whatever it is, the receiver is told
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndWith(e);
        }
        finally
        {
            _process.Written.Changed -= _changed.Set;
            _watch.OnAvailable(null);
            if (hasTurn)
            {
                _process.Written.PutBack([.. _sent.OrderBy(pair => long.Parse(pair.Key, CultureInfo.InvariantCulture)).SelectMany(pair => pair.Value.Items)]);
                _process.SendTurn.End();
            }
        }
    }

    private void Send()
    {
        if (!HasReceiver)
        {
            return; // the receiver was gone before the watch began
        }

        while (true)
        {
            _changed.Reset();
            var isOpen = Follows && !_process.Ended.IsCompleted;
            var isGone = _isGone; // before the receipts: those of a receiver that is gone have all come
            if (!TakeReceipts() || isGone)
            {
                return;
            }

            if (_refused is { } refused)
            {
                throw refused;
            }

            while (_sent.Count < PacketsOnTheWay && _onTheWay < BytesOnTheWay && SendPacket())
            {
                // as many as may be on the way
            }

            if (!isOpen && _sent.Count == 0)
            {
                Commit(EndKey, new OrderedDictionary());
                return;
            }

            _changed.Wait(_context.Client.Closed);
        }
    }

    /// <summary>Tells the receiver why nothing more comes.</summary>
    private void EndWith(Exception reason)
    {
        try
        {
            var fault = (reason as FaultException)?.Fault ?? Fault.ProcessFailed;
            Commit(EndKey, new OrderedDictionary { ["fault"] = (int)fault, ["message"] = reason.Message });

            // What it has taken before it heard of this is known for certain once it has let go of the namespace.
            for (var isGone = false; TakeReceipts() && !isGone; isGone = _isGone)
            {
                _changed.Wait(_context.Client.Closed);
                _changed.Reset();
            }
        }
        catch (Exception e) when (e is FaultException or OperationCanceledException)
        {
            // The context is at its end, which the receiver hears of by itself.
        }
    }

    /// <summary>Notes what has arrived.</summary>
    /// <returns>Whether there is still somebody to receive more.</returns>
    private bool TakeReceipts()
    {
        while (_watch.TryRead(out var update))
        {
            if (update.RemovesNamespace)
            {
                return false;
            }

            foreach (var change in update.Changes)
            {
                if (_sent.Remove(change.Key, out var packet))
                {
                    _onTheWay -= packet.Size;
                }
            }
        }

        return true;
    }

    /// <summary>Sends what fits into one packet.</summary>
    /// <returns>Whether there was something.</returns>
    private bool SendPacket()
    {
        List<OutputItem> items = []; // as they were, to be put back so
        List<OutputItem> packed = [];
        var size = 0;
        while (size < PacketSize && _process.Written.TryRead(ref _position, _keep, out var item))
        {
            var encoded = Encoded(item);
            items.Add(item);
            packed.Add(encoded);
            size += OutputPacket.SizeOf(encoded);
        }

        if (items.Count == 0)
        {
            return false;
        }

        var key = _number++.ToString(CultureInfo.InvariantCulture);
        _sent.Add(key, (items, size));
        _onTheWay += size;
        Commit(key, OutputPacket.Pack(packed));
        return true;
    }

    /// <summary>An item as it travels; where it cannot, an error in its place says why.</summary>
    private static OutputItem Encoded(OutputItem item)
    {
        try
        {
            var encoded = item.Encoded.IsEmpty ? OutputCodec.Encode(item.Kind, item.Value) : item.Encoded;
            return encoded.Length <= LargestItem ? new OutputItem(item.Kind, null, encoded) : InPlaceOf(item, new FaultException(
                Fault.ValueTooLarge,
                $"Something was written that has {encoded.Length:N0} bytes; to another session go no more than {LargestItem:N0} at once. Put it into a file and write its path."));
        }
#pragma warning disable CA1031 // what an object does when it is read is its own; all that follows it is to arrive
        catch (Exception e)
#pragma warning restore CA1031
        {
            return InPlaceOf(item, e);
        }
    }

    private static OutputItem InPlaceOf(OutputItem item, Exception reason)
    {
        var kind = item.Kind == OutputKind.Failure ? OutputKind.Failure : OutputKind.Error;
        var error = reason is FaultException fault ? ErrorRecords.From(fault) : new ErrorRecord(reason, ErrorRecords.IdOf(Fault.ValueNotSupported), ErrorCategory.InvalidArgument, null);
        return new OutputItem(kind, null, OutputCodec.Encode(kind, error));
    }

    /// <summary>Sends something, if there is still somebody to receive it: nothing makes the namespace anew.</summary>
    private void Commit(string key, object value) => _context.Client.CommitAsync(new CommitRequest(_namespace, _context.Self, [
        new Change(ChangeKind.Set, OpenKey, Open, new Precondition(PreconditionKind.ValueIs, Value: Open)),
        new Change(ChangeKind.Set, key, PowerShellValues.Encode(value)),
    ])).ContinueWith(NoteRefusal, CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void NoteRefusal(Task commit)
    {
        if (commit.Exception?.InnerException is FaultException { Fault: not Fault.Conflict } refused)
        {
            _refused ??= refused;
        }
        else
        {
            _isGone = true;
        }

        _changed.Set();
    }
}
