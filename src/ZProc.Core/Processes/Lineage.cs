using System.Security.Cryptography;
using System.Text;

namespace ZProc.Core.Processes;

/// <summary>
/// The ancestry of an OS process: random ids, outermost first, in an environment variable that descendants inherit. With it,
/// descendants are found that parent and session no longer lead to. It gives no access, so it is no secret.
/// </summary>
public sealed class Lineage
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "ZPROC_LINEAGE";

    private const int IdLength = 24;
    private static readonly byte[] Assignment = Encoding.ASCII.GetBytes(Variable + "=");
    private readonly byte[] _bytes;

    private Lineage(string value)
    {
        Value = value;
        _bytes = Encoding.ASCII.GetBytes(value);
    }

    /// <summary>The lineage that this OS process was started with; null when ZProc did not start it.</summary>
    public static Lineage? Current { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value ? new Lineage(value) : null;

    /// <summary>The text in the variable.</summary>
    public string Value { get; }

    /// <summary>The lineage with a text that <see cref="Value"/> gave; null when the text is none.</summary>
    public static Lineage? Parse(string? text) =>
        text is not null && text.Split('/').All(static id => id.Length == IdLength && id.All(char.IsAsciiHexDigitUpper)) ? new Lineage(text) : null;

    /// <summary>A new one below this OS process's own.</summary>
    public static Lineage Create() => Current?.Extend() ?? new Lineage(NewId());

    /// <summary>A new one below this one.</summary>
    public Lineage Extend() => new($"{Value}/{NewId()}");

    /// <summary>Whether an environment belongs to this lineage or one below it.</summary>
    /// <param name="environment">NAME=value entries, each ended by a zero byte.</param>
    public bool Covers(ReadOnlySpan<byte> environment)
    {
        while (!environment.IsEmpty)
        {
            var end = environment.IndexOf((byte)0);
            var entry = end < 0 ? environment : environment[..end];
            if (entry.StartsWith(Assignment))
            {
                var value = entry[Assignment.Length..];
                return value.StartsWith(_bytes) && (value.Length == _bytes.Length || value[_bytes.Length] == (byte)'/');
            }

            environment = end < 0 ? default : environment[(end + 1)..];
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string NewId() => Convert.ToHexString(RandomNumberGenerator.GetBytes(IdLength / 2));
}
