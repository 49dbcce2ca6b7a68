using System.Globalization;

namespace ZProc.Benchmarks.Scale;

/// <summary>Names for very many keys and namespaces.</summary>
internal static class Keys
{
    /// <summary>The name with a number: 10 characters.</summary>
    public static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"key{i:0000000}");
}
