using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>Encodes updates for their subscribers, and keeps the newest messages, so that an update is encoded once for all of them. Thread-safe.</summary>
internal sealed class PushCache
{
    private const int Kept = 64;
    private const int LargestKept = 64 * 1024;
    private const long LargestPush = 3L << 29; // less than the largest array, because a growing buffer doubles

    private readonly KeyValuePair<Update, byte[]>?[] _kept = new KeyValuePair<Update, byte[]>?[Kept];
    private readonly object _gate = new();

    /// <summary>The message with an update.</summary>
    /// <exception cref="FaultException">ValueTooLarge: the update exceeds the largest array, as when a state of gigabytes is removed at once.</exception>
    public byte[] Build(Update update)
    {
        if (update.Size >= LargestPush)
        {
            throw new FaultException(
                Fault.ValueTooLarge,
                $"Revision {update.Revision} of the namespace '{update.Namespace}' changed {update.Size:N0} bytes at once, which is too much for one message. Read the state as it is now and watch from there.",
                update.Namespace);
        }

        var place = (int)(update.Sequence % Kept);
        if (update.Size <= LargestKept)
        {
            lock (_gate)
            {
                if (_kept[place] is { } kept && ReferenceEquals(kept.Key, update))
                {
                    return kept.Value;
                }
            }
        }

        var message = Message.Build(MessageType.Push, update, static (ref MessagePackWriter writer, Update update) => UpdateFormat.Write(ref writer, update));
        if (message.Length <= LargestKept)
        {
            lock (_gate)
            {
                _kept[place] = new(update, message);
            }
        }

        return message;
    }
}
