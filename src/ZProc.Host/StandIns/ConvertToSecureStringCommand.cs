using System.Security;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for ConvertTo-SecureString -AsPlainText.</summary>
[Cmdlet(VerbsData.ConvertTo, "SecureString")]
public sealed class ConvertToSecureStringCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string String { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    public SwitchParameter AsPlainText { get; set; }

    [Parameter(Position = 2)]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public byte[]? Key { get => null; set => Refuse(); }

    [Parameter]
    public SecureString? SecureKey { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        if (!AsPlainText)
            Fail("NotSupportedByHost", ErrorCategory.NotImplemented, "ConvertTo-SecureString without -AsPlainText is not supported by this host.");
        var secret = new SecureString();
        foreach (char letter in String)
            secret.AppendChar(letter);
        secret.MakeReadOnly();
        WriteObject(secret);
    }
}
