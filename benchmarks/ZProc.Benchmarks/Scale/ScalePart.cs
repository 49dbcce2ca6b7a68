namespace ZProc.Benchmarks.Scale;

/// <summary>One part of the scale benchmark: measures the cost of large numbers of one kind, and describes what limits them.</summary>
internal abstract class ScalePart
{
    /// <summary>The name of the part: the kind that is counted.</summary>
    public abstract string Name { get; }

    /// <summary>The method, as Markdown.</summary>
    public abstract string Method { get; }

    /// <summary>The diagrams.</summary>
    public abstract IReadOnlyList<Panel> Panels { get; }

    /// <summary>The series that the summary shows at the largest n as costs of operations.</summary>
    public abstract IReadOnlyList<string> Costs { get; }

    /// <summary>The series that the summary shows as memory.</summary>
    public abstract IReadOnlyList<string> Memory { get; }

    /// <summary>Whether n is a number of bytes.</summary>
    public virtual Unit Counted => Unit.Count;

    /// <summary>Measures. The caller runs it in an OS process of its own, so that the memory of that process is the memory of the part.</summary>
    public abstract void Measure(PartResult result);

    /// <summary>The limits, in one line.</summary>
    public abstract string Bend(PartResult result);

    /// <summary>The explanation of the figures, as Markdown.</summary>
    public abstract string Explain(PartResult result);
}
