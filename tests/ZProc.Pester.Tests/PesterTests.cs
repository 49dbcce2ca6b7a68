using Xunit;

namespace ZProc.Pester.Tests;

/// <summary>The Pester files, with each of their tests as a test here.</summary>
public sealed class PesterTests
{
    [Theory]
    [PesterFiles]
    public void Pester(PesterResult result)
    {
        if (result.Result != "Passed")
            Assert.Fail($"{result.Message}\nat {result.File}:{result.Line}");
    }
}
