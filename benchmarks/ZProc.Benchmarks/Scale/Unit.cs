namespace ZProc.Benchmarks.Scale;

/// <summary>What a figure counts.</summary>
internal enum Unit
{
    /// <summary>Things.</summary>
    Count,

    /// <summary>Seconds.</summary>
    Time,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Things per second.</summary>
    Rate,
}
