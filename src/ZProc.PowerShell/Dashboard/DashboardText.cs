using System.Text.RegularExpressions;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Values;
using ZProc.Output;
using ZProc.Values;

namespace ZProc.Dashboard;

/// <summary>Texts of bounded length for dashboards. No text holds the secret of an address.</summary>
internal static partial class DashboardText
{
    /// <summary>The length of a preview, in characters.</summary>
    public const int PreviewLength = 160;

    // Decoding a larger value for one line of a list costs too much.
    private const int DecodedSize = 32 * 1024;

    /// <summary>A value in one line.</summary>
    public static string Preview(EncodedValue value) =>
        value.Length > DecodedSize ? $"[{value.Kind}]" : ValueText.Of(value, PreviewLength);

    /// <summary>An item of output in one line.</summary>
    public static string Line(OutputItem item)
    {
        if (item.Encoded.Length > DecodedSize)
        {
            return $"[{item.Kind}]";
        }

        try
        {
            return ValueText.Of(item.Open(), PreviewLength);
        }
        catch (FaultException expected) when (expected.Fault == Fault.MalformedMessage)
        {
            // Expected: PowerShell refuses what the item holds. Receiving the output says why.
            ZProcEventSource.Log.FaultCaught(nameof(DashboardText), expected);
            return $"[{item.Kind}]";
        }
    }

    /// <summary>The text without secrets, also where the text was cut inside an address.</summary>
    public static string Redact(string text)
    {
        if (text.Contains("zproc", StringComparison.OrdinalIgnoreCase))
        {
            text = ZProcSecrets().Replace(text, "$1…");
        }

        return text.Contains("redis", StringComparison.OrdinalIgnoreCase) ? RedisSecrets().Replace(text, "$1…") : text;
    }

    [GeneratedRegex("(zproc(?:s|\\+ipc)?://)[^@\\s/]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ZProcSecrets();

    // A password ends with the last @, and in a text that was cut with the text.
    [GeneratedRegex("(rediss?://(?:[^:@/\\s]*:)?)\\S*(?:(?=@)|…)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RedisSecrets();
}
