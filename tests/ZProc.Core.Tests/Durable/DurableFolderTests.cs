using ZProc.Core.Durable;

namespace ZProc.Core.Tests.Durable;

/// <summary>What is said of a folder that cannot be used.</summary>
public sealed class DurableFolderTests
{
    [Fact]
    public void A_name_that_the_file_system_does_not_take_needs_another_path_and_is_no_failure_of_the_disk()
    {
        int[] badNames = OperatingSystem.IsWindows() ? [unchecked((int)0x8007007B), unchecked((int)0x800700A1)] : [22];
        foreach (var code in badNames)
        {
            var refused = DurableFolder.Describe("x", isRead: false, new IOException("no such names", code));
            Assert.Equal(Fault.InvalidArgument, refused.Fault);
            Assert.Contains("Give another path", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(Fault.DiskFailed, DurableFolder.Describe("x", isRead: false, new IOException("full", 28)).Fault);
        Assert.Equal(Fault.InvalidArgument, DurableFolder.Describe("x", isRead: false, new PathTooLongException()).Fault);
        Assert.Equal(Fault.InvalidArgument, DurableFolder.Describe("x", isRead: true, new UnauthorizedAccessException()).Fault);
    }
}
