namespace ZProc.Benchmarks.Scale;

/// <summary>The unit of a figure.</summary>
internal enum Unit
{
    /// <summary>A number.</summary>
    Count,

    /// <summary>Seconds.</summary>
    Time,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>A number per second.</summary>
    Rate,
}
