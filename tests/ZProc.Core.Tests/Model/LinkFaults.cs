using ZProc.Core.Tests.Server;

namespace ZProc.Core.Tests.Model;

/// <summary>Gives links a fault at random: a cut, a half-close, an end in the middle of a frame, a delay, or a stall. Thread-safe.</summary>
internal sealed class LinkFaults
{
    private const int FrameBytes = 200; // a usual one

    // Longer than the silence that each side allows, and shorter than a session.
    private static readonly TimeSpan LongStall = TimeSpan.FromSeconds(4);

    private readonly Dictionary<string, int> _counts = [];
    private int _longStalls;

    /// <param name="longStalls">How many stalls last longer than the silence that each side allows.</param>
    public LinkFaults(int longStalls) => _longStalls = longStalls;

    /// <summary>Begins a fault of a link.</summary>
    public void Begin(CuttableProxy link, Random random)
    {
        var isFromClients = random.Next(2) == 0;
        var direction = isFromClients ? link.FromClients : link.ToClients;
        var kind = random.Next(10);
        switch (kind)
        {
            case 0 or 1:
                link.Cut();
                Count("cuts");
                break;
            case 2 or 3:
                direction.CloseAfter(0);
                Count(isFromClients ? "half-closes of requests" : "half-closes of replies");
                break;
            case 4 or 5:
                direction.CloseAfter(1 + random.Next(5 * FrameBytes));
                Count(isFromClients ? "ends within requests" : "ends within replies");
                break;
            case 6:
                direction.Delay = TimeSpan.FromMilliseconds(random.Next(1, 4));
                Count("delays");
                break;
            case 7:
                (link.FromClients.Delay, link.ToClients.Delay) = (TimeSpan.Zero, TimeSpan.Zero);
                break;
            default:
                var isLong = kind == 9 && random.Next(4) == 0 && Interlocked.Decrement(ref _longStalls) >= 0;
                _ = direction.StallAsync(isLong ? LongStall : TimeSpan.FromMilliseconds(random.Next(200)));
                Count($"{(isLong ? "long " : "")}stalls of {(isFromClients ? "requests" : "replies")}");
                break;
        }
    }

    public override string ToString()
    {
        lock (_counts)
        {
            return string.Join(", ", _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Value} {pair.Key}"));
        }
    }

    private void Count(string kind)
    {
        lock (_counts)
        {
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        }
    }
}
