using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

/// <summary>The page <c>docs/values.md</c> says what the code does.</summary>
public sealed partial class ValuesPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Join(Repository(), "docs", "values.md"));

    [Fact]
    public void Lists_every_kind_with_its_number_and_size()
    {
        var listed = KindRow().Matches(Page).Select(row => (
            Number: int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture),
            Name: row.Groups[2].Value,
            Size: row.Groups[3].Value == "–" ? -1 : int.Parse(row.Groups[3].Value, CultureInfo.InvariantCulture)));
        Assert.Equal(Enum.GetValues<ValueKind>().Select(kind => ((int)kind, kind.ToString(), kind.FixedSize())), listed);
    }

    [Fact]
    public void Gives_the_bytes_that_the_code_writes()
    {
        (string Expression, object? Value)[] examples =
        [
            ("$null", null),
            ("$true", true),
            ("5", 5),
            ("'a'", "a"),
            ("'é'", "é"),
            ("\"$([char] 0xD83D)\"", "\uD83D"),
            ("[bigint] 128", new BigInteger(128)),
            ("[version] '1.2'", new Version(1, 2)),
            ("[DayOfWeek]::Friday", DayOfWeek.Friday),
            ("[int[]] (1, 2)", new[] { 1, 2 }),
            ("@('x', $null)", new object?[] { "x", null }),
            ("@{ b = 1; a = $true }", new Hashtable(StringComparer.OrdinalIgnoreCase) { ["b"] = 1, ["a"] = true }),
            ("[pscustomobject] @{ n = 1 }", new PropertyBag([], [new("n", 1)])),
        ];
        Assert.Equal(
            examples.Select(example => $"| `{example.Expression}` | `{BitConverter.ToString(ValueCodec.Encode(example.Value).Bytes.ToArray()).Replace('-', ' ')}` |"),
            ExampleRow().Matches(Page).Select(row => row.Value));
    }

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \| (–|\d+) \|", RegexOptions.Multiline)]
    private static partial Regex KindRow();

    [GeneratedRegex(@"^\| `[^|]+` \| `[0-9A-F ]+` \|", RegexOptions.Multiline)]
    private static partial Regex ExampleRow();

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(folder.FullName, "ZProc.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
