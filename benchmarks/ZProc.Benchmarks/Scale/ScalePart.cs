namespace ZProc.Benchmarks.Scale;

/// <summary>What there may be many of: measures what that costs, and says where it bends.</summary>
internal abstract class ScalePart
{
    /// <summary>What is counted; the name of the part.</summary>
    public abstract string Name { get; }

    /// <summary>How it is measured: Markdown.</summary>
    public abstract string Method { get; }

    /// <summary>Its diagrams.</summary>
    public abstract IReadOnlyList<Panel> Panels { get; }

    /// <summary>The columns of the table of what it comes to at the largest n: the cost of operations.</summary>
    public abstract IReadOnlyList<string> Costs { get; }

    /// <summary>And what memory it takes.</summary>
    public abstract IReadOnlyList<string> Memory { get; }

    /// <summary>Whether n is a number of bytes.</summary>
    public virtual Unit Counted => Unit.Count;

    /// <summary>Measures. In an OS process of its own, so that its memory is that of what is measured.</summary>
    public abstract void Measure(PartResult result);

    /// <summary>In one line, where it bends.</summary>
    public abstract string Bend(PartResult result);

    /// <summary>What the figures mean: Markdown.</summary>
    public abstract string Explain(PartResult result);
}
